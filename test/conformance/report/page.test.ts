// The page of a report in a real browser: it needs nothing from outside, runs nothing that an adapter wrote, draws its
// failures, colours its charts, searches and filters.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderReport } from '../../../conformance/report/formats.ts';
import { browserPath } from '../../browser.ts';
import { sample } from './sample.ts';

const executablePath = browserPath('the page of a report');

describe.skipIf(executablePath === undefined)('the page', () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'lockstep-')), 'report.html');
    writeFileSync(path, renderReport(sample, 'html'));
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox'],
    });
    page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path).href);
  });

  afterAll(() => browser?.close());

  const shown = (selector: string): Promise<number> => page.locator(`${selector}:visible`).count();

  test('asks for nothing but itself, and says nothing wrong', () => {
    expect(requests).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test('shows what an adapter wrote as text', async () => {
    expect(await page.evaluate('window.hurt')).toBeUndefined();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toContain('<img src=x');
  });

  test('draws the traffic of a failure, the wrong step last', async () => {
    const lanes = page.locator('.failure svg.lanes').first();
    expect(await lanes.locator('.arrow').count()).toBe(3);
    expect(await lanes.locator('.arrow.last').textContent()).toContain('emit');
    expect(await lanes.locator('text.node').allTextContents()).toEqual(['p']);
  });

  test('colours a chart by the worst of the clauses of a box', async () => {
    const strokeOf = (clause: string): Promise<string> =>
      page.evaluate(
        `getComputedStyle(document.querySelector('.chart g[class~="${clause}"] > path')).stroke`,
      );
    const [failed, none] = [
      await strokeOf('output.hold-until-acknowledged'),
      await strokeOf('failover.seal-log'),
    ];
    expect(failed).toBe('rgb(198, 47, 47)');
    expect(none).not.toBe(failed);
  });

  test('search keeps what has every word, and areas that have something left', async () => {
    await page.locator('#search').fill('acknowledge held');
    const found = await shown('tr[data-clauses]');
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(20);
    expect(
      await page.locator('tr[data-clauses="logging.acknowledge-held-entries"]').isVisible(),
    ).toBe(true);
    await page.locator('#search').fill('');
    expect(await shown('tr[data-clauses]')).toBeGreaterThan(300);
  });

  test('a standing that is not chosen is not shown', async () => {
    await page.locator('input[value=none]').uncheck();
    expect(await shown('tr[data-standing=none]')).toBe(0);
    expect(await shown('tr[data-standing=failed]')).toBe(1);
    await page.locator('input[value=none]').check();
  });

  test('a box of a chart leaves its clauses alone, until that is taken back', async () => {
    const box = page.locator('.chart g.node[class~="failover.seal-log"]').first();
    await box.dispatchEvent('click');
    const few = await shown('tr[data-clauses]');
    expect(few).toBeGreaterThan(0);
    expect(few).toBeLessThan(10);
    await page.locator('#clear').click();
    expect(await shown('tr[data-clauses]')).toBeGreaterThan(300);
  });

  test('sorts a table by a column, one way and the other', async () => {
    const slices = page.locator('#slices');
    const names = (): Promise<string[]> => slices.locator('tbody td:first-child').allTextContents();
    const before = await names();

    await slices.getByRole('button', { name: 'slice' }).click();
    expect(await names()).toEqual(before.toSorted());
    await slices.getByRole('button', { name: 'slice' }).click();
    expect(await names()).toEqual(before.toSorted().reverse());
    expect(await slices.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending');
  });

  test('shows every clause at a glance, and leads to it', async () => {
    const squares = page.locator('.map a');
    const failed = page.locator('.map a.failed').first();

    expect(await squares.count()).toBe(await page.locator('#clauses tr[data-clauses]').count());
    const href = await failed.getAttribute('href');
    expect(await page.locator(`[id="${href?.slice(1)}"]`).getAttribute('data-standing')).toBe(
      'failed',
    );
  });

  test('is no wider than a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});
