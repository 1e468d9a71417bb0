// What a reader does with the page of a report: search, choose standings, choose a box or an arrow of a chart, sort.
// Without it everything is shown.

const search = document.getElementById('search');
const clear = document.getElementById('clear');
const standings = [...document.querySelectorAll('input[name=standing]')];
const count = document.getElementById('shown');
const rows = [...document.querySelectorAll('#clauses tr[data-clauses]')];
const entries = [...document.querySelectorAll('[data-clauses]')];
/** Clauses of what was chosen in a chart; empty: nothing was. */
let chosen = new Set();

function apply() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = new Set(standings.filter((box) => box.checked).map((box) => box.value));
  for (const entry of entries) {
    const { text, clauses, standing } = entry.dataset;
    const isFound = words.every((word) => text.includes(word));
    const isChosen = chosen.size === 0 || chosen.has(clauses);
    entry.hidden = !(isFound && isChosen && (standing === undefined || shown.has(standing)));
  }
  for (const area of document.querySelectorAll('details.area')) {
    area.hidden = area.querySelector('tbody tr:not([hidden])') === null;
  }
  count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`;
}

/** What a cell is sorted by: a number, nothing being 0, or text. */
function keyOf(row, column) {
  const cell = row.cells[column];
  const text = cell.textContent.trim();
  return cell.classList.contains('number') ? Number(text.replaceAll(',', '')) : text;
}

function sort(heading) {
  const isAscending = heading.getAttribute('aria-sort') !== 'ascending';
  const column = heading.cellIndex;
  for (const other of heading.parentElement.cells) other.removeAttribute('aria-sort');
  heading.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending');
  const body = heading.closest('table').tBodies[0];
  const sorted = [...body.rows].sort((left, right) => {
    const [one, other] = [keyOf(left, column), keyOf(right, column)];
    const order = one < other ? -1 : Number(one > other);
    return isAscending ? order : -order;
  });
  body.append(...sorted);
}

function choose(element) {
  const clauses = [...element.classList].filter((name) => name.includes('.'));
  if (clauses.length === 0) return;
  chosen = new Set(clauses);
  const name = element.querySelector('title')?.textContent ?? 'the chart';
  clear.textContent = `✕ only the ${clauses.length} clauses of ${name}`;
  clear.hidden = false;
  apply();
  document.getElementById('clauses').scrollIntoView({ behavior: 'smooth' });
}

search.addEventListener('input', apply);
for (const box of standings) box.addEventListener('change', apply);
clear.addEventListener('click', () => {
  chosen = new Set();
  clear.hidden = true;
  apply();
});
for (const drawn of document.querySelectorAll('.chart g.node, .chart g.edge')) {
  drawn.addEventListener('click', () => choose(drawn));
}
for (const heading of document.querySelectorAll('th')) {
  if (heading.textContent === '') continue;
  const button = document.createElement('button');
  button.type = 'button';
  button.append(...heading.childNodes);
  button.addEventListener('click', () => sort(heading));
  heading.append(button);
}
apply();
