// Lines of XML: elements, escaped text, and the executable content of SCXML. Spec: protocol.

import type { Content } from './content.ts';

type Attributes = Readonly<Record<string, string>>;

/** An element in lines; those within stand two columns further right. */
export function element(
  tag: string,
  attributes: Attributes,
  within: readonly string[] = [],
): string[] {
  const pairs = Object.entries(attributes).map(([name, value]) => ` ${name}="${text(value)}"`);
  const opening = `<${tag}${pairs.join('')}`;
  if (within.length === 0) return [`${opening}/>`];
  return [`${opening}>`, ...within.map((line) => `  ${line}`), `</${tag}>`];
}

export const text = (plain: string): string =>
  plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

export function contentToXml(content: Content): string[] {
  switch (content.kind) {
    case 'assign':
      return element('assign', { location: content.location, expr: content.expr });
    case 'send': {
      const params = Object.entries(content.params);
      return element(
        'send',
        { event: content.event, target: content.target },
        params.flatMap(([name, expr]) => element('param', { name, expr })),
      );
    }
    case 'if': {
      const otherwise = content.otherwise.flatMap(contentToXml);
      return element('if', { cond: content.cond }, [
        ...content.content.flatMap(contentToXml),
        ...(otherwise.length === 0 ? [] : ['<else/>', ...otherwise]),
      ]);
    }
    case 'foreach':
      return element(
        'foreach',
        { array: content.array, item: content.item },
        content.content.flatMap(contentToXml),
      );
  }
}
