// The report of coverage as readers have it: on a phone, on a desk, in the dark,
// on paper. Measured in a headless Chromium.
//
// JOBGATE_REPORT is the path of a report, JOBGATE_PICTURES a folder for its pictures.

'use strict';

const { after, before, describe, it } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const browser = require('./browser.js');

const url = pathToFileURL(process.env.JOBGATE_REPORT).href;
const pictures = process.env.JOBGATE_PICTURES;

// ---- what is measured in the page: functions that are sent there ---------------

// What reaches beyond the screen; in a box of its own it may, where that scrolls.
function tooWide() {
  const scrolls = (box) => box && getComputedStyle(box).overflowX === 'auto';
  const wide = [];
  for (const element of document.body.querySelectorAll('*')) {
    const { right, width } = element.getBoundingClientRect();
    if (width > 1 && right > innerWidth + 1 && !scrolls(element.closest('.box'))) {
      wide.push(element.outerHTML);
    }
  }
  return wide;
}

// Captions of tables that must be moved to be read.
function moved() {
  const boxes = [...document.querySelectorAll('.box:has(table)')];
  return boxes.filter((box) => box.scrollWidth > box.clientWidth)
    .map((box) => box.querySelector('caption').textContent);
}

// Texts that are hard to read on what is behind them: less than 4.5 to 1.
function pale() {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const drawn = element.closest('svg')
      && (element.parentElement.querySelector('.box') ?? element.closest('svg').querySelector('.paper'));
    if (drawn) return getComputedStyle(drawn).fill;
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (numbers(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const found = new Set();
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (says && element.getClientRects().length && !element.closest('defs, title, desc')) {
      const ink = element.closest('svg') ? style.fill : style.color;
      const [high, low] = [light(ink), light(behind(element))].sort((a, b) => b - a);
      if ((high + 0.05) / (low + 0.05) < 4.5) found.add(`${element.outerHTML} ${ink} ${behind(element)}`);
    }
  }
  return [...found];
}

// The graph, and the smallest letters in it as they are seen.
function graph() {
  const svg = document.querySelector('.graph svg');
  const box = svg.getBoundingClientRect();
  return { width: box.width, height: box.height, letters: 12 * (box.width / svg.viewBox.baseVal.width) };
}

function sizes() {
  return { page: document.scrollingElement.scrollWidth, screen: innerWidth };
}

// How many of a page's rows are seen, and the cells that are put as cards.
function rows() {
  const all = [...document.querySelectorAll('tbody tr')];
  return {
    all: all.length, seen: all.filter((row) => row.checkVisibility()).length,
    cards: all.filter((row) => getComputedStyle(row).display === 'flex').length,
  };
}

// ---- the tests --------------------------------------------------------------------

let chromium;

const measure = (what) => chromium.evaluate(`(${what})()`);

async function take(name, picture) {
  fs.writeFileSync(path.join(pictures, name), picture);
  return picture;
}

// Colours of a picture, counted by the browser itself in a page that may run scripts.
async function colours(picture) {
  return chromium.evaluate(`(async () => {
    const blob = await (await fetch('data:image/png;base64,${picture.toString('base64')}')).blob();
    const image = await createImageBitmap(blob);
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return new Set(new Uint32Array(data.buffer)).size;
  })()`);
}

const screens = [
  { name: 'phone', width: 390, height: 844, letters: 8 },
  { name: 'phone in the dark', width: 390, height: 844, letters: 8, scheme: 'dark' },
  { name: 'small phone', width: 320, height: 568, letters: 8 },
  { name: 'desk', width: 1280, height: 900, letters: 12 },
  { name: 'desk in the dark', width: 1280, height: 900, letters: 12, scheme: 'dark' },
];

describe('the report', () => {
  const taken = [];

  before(async () => {
    chromium = await browser.open();
    await chromium.goto(url);
  });

  after(() => chromium.close());

  for (const { name, width, height, letters, scheme } of screens) {
    it(`can be read on a ${name}`, async () => {
      await chromium.screen(width, height, { scheme });
      const { page, screen } = await measure(sizes);
      assert.equal(screen, width);
      assert.ok(page <= width, `the page is ${page} pixels wide`);
      assert.deepEqual(await measure(tooWide), []);
      if (width >= 390) assert.deepEqual(await measure(moved), []);
      assert.deepEqual(await measure(pale), []);
      const seen = await measure(graph);
      assert.ok(seen.width > 250 && seen.height > 250, JSON.stringify(seen));
      assert.ok(seen.letters >= letters, JSON.stringify(seen));
      assert.equal((await measure(rows)).cards > 0, width < 600);
      taken.push(await take(`${name.replaceAll(' ', '-')}.png`, await chromium.screenshot()));
    });
  }

  it('is black on white on paper, with all that is folded', async () => {
    await chromium.screen(688, 1000, { media: 'print', scheme: 'dark' });
    assert.deepEqual(await measure(pale), []);
    assert.equal(await chromium.evaluate('getComputedStyle(document.documentElement).backgroundColor'),
      'rgb(255, 255, 255)');
    const { all, seen, cards } = await measure(rows);
    assert.ok(all > 60);
    assert.equal(seen, all);
    assert.equal(cards, 0);
    assert.ok((await measure(sizes)).page <= 688);
    assert.deepEqual(await measure(tooWide), []);
    assert.deepEqual(await measure(moved), []);
    const pdf = await take('paper.pdf', await chromium.pdf());
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
    assert.ok(pages >= 4 && pages <= 12, `${pages} pages`);
    assert.match(pdf.toString('latin1'), /\/MediaBox\s*\[0 0 59[45]\.?\d* 84[12]/);
  });

  it('asks for nothing but itself, and nothing in it fails', async () => {
    const asked = chromium.events.filter((event) => event.method === 'Network.requestWillBeSent');
    assert.deepEqual(asked.map((event) => event.params.request.url), [url]);
    const said = chromium.events.filter((event) =>
      ['Log.entryAdded', 'Runtime.consoleAPICalled', 'Runtime.exceptionThrown'].includes(event.method));
    assert.deepEqual(said, []);
  });

  it('is not blank: its pictures have many colours', async () => {
    await chromium.goto('about:blank');
    for (const picture of taken) assert.ok(await colours(picture) > 50);
  });
});
