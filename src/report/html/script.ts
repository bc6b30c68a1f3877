/**
 * What the HTML report does on its own: filter and search its findings, move among them by keyboard, open
 * them for printing. It makes no element and no request; without it everything is there to read.
 */

/** Its hash is in the document's policy, so it is the same text always. */
export const script = `
'use strict';
(() => {
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const one = (selector) => document.querySelector(selector);
  const articles = all('article');
  const groups = all('details.group');
  const search = one('#search');
  const selects = all('select[data-filter]');
  const buttons = all('button[data-severity]');
  const count = one('#count');
  if (!search) return;
  one('.tools').hidden = false;
  const texts = new Map();
  const textOf = (article) => {
    if (!texts.has(article)) {
      const about = article.closest('details').querySelector('summary').textContent;
      texts.set(article, (about + ' ' + article.textContent).toLowerCase());
    }
    return texts.get(article);
  };
  const opened = new Map(groups.map((group) => [group, group.open]));

  function fits(article, words, off) {
    if (off.has(article.dataset.severity)) return false;
    for (const select of selects) {
      const value = select.value;
      if (value === '') continue;
      if (!(' ' + article.dataset[select.dataset.filter] + ' ').includes(' ' + value + ' ')) return false;
    }
    return words.every((word) => textOf(article).includes(word));
  }

  function apply() {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const off = new Set(buttons.filter((each) => each.getAttribute('aria-pressed') === 'false')
      .map((each) => each.dataset.severity));
    const narrowed = words.length > 0 || selects.some((each) => each.value !== '');
    let shown = 0;
    for (const group of groups) {
      let here = 0;
      for (const article of all('article', group)) {
        const fit = fits(article, words, off);
        article.hidden = !fit;
        if (fit) here += 1;
      }
      group.hidden = here === 0;
      group.open = narrowed ? here > 0 : opened.get(group);
      shown += here;
    }
    count.textContent = shown === articles.length ? articles.length + ' shown'
      : shown + ' of ' + articles.length + ' shown';
  }

  let waiting = 0;
  search.addEventListener('input', () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(apply);
  });
  for (const select of selects) select.addEventListener('change', apply);
  for (const button of buttons) button.addEventListener('click', () => {
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') === 'false'));
    apply();
  });
  for (const button of all('button[data-tool]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const select = one('select[data-filter=tools]');
      select.value = button.dataset.tool;
      apply();
      one('#findings').scrollIntoView();
      select.focus({ preventScroll: true });
    });
  }
  for (const group of groups) group.querySelector('summary').addEventListener('click', () => {
    opened.set(group, !group.open);
  });

  function reset() {
    search.value = '';
    for (const select of selects) select.value = '';
    for (const button of buttons) button.setAttribute('aria-pressed', 'true');
    apply();
  }
  one('#reset').addEventListener('click', reset);

  function expand(open) {
    for (const group of groups) { group.open = open; opened.set(group, open); }
  }
  function move(step) {
    const seen = articles.filter((each) => !each.hidden);
    if (seen.length === 0) return;
    const at = seen.indexOf(document.activeElement);
    const last = seen.length - 1;
    const to = at >= 0 ? at + step : step > 0 ? 0 : last;
    const next = seen[Math.min(last, Math.max(0, to))];
    next.closest('details').open = true;
    next.focus();
    next.scrollIntoView({ block: 'center' });
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') { reset(); if (document.activeElement === search) search.blur(); return; }
    if (/^(?:INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    if (event.key === '/') { event.preventDefault(); search.focus(); }
    if (event.key === 'j') move(1);
    if (event.key === 'k') move(-1);
    if (event.key === 'e') expand(groups.some((group) => !group.open));
  });

  const before = new Map();
  addEventListener('beforeprint', () => {
    for (const group of all('details')) { before.set(group, group.open); group.open = true; }
  });
  addEventListener('afterprint', () => {
    for (const [group, open] of before) group.open = open;
  });
  function toPlace() {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.matches('details.group')) { target.open = true; opened.set(target, true); }
  }
  addEventListener('hashchange', toPlace);
  toPlace();
  apply();
})();
`;
