// A headless Chromium, by the protocol of its developer tools over a pipe: no
// package is between, so any version of Debian will do.

'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ARGUMENTS = [
  '--headless', '--remote-debugging-pipe', '--no-sandbox', '--disable-gpu', '--disable-quic',
  '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-extensions', '--mute-audio',
];

class Browser {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jobgate-browser-'));
    this.process = spawn('chromium', [...ARGUMENTS, `--user-data-dir=${this.folder}`,
      'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => { this.process.on('close', resolve); });
    this.number = 0;
    this.waiting = new Map(); // by their numbers: who waits for an answer
    this.events = []; // all that has happened in the page
    this.unread = '';
    this.process.stdio[4].setEncoding('utf8').on('data', (text) => this.take(text));
    const fail = (why) => {
      for (const [, { reject }] of this.waiting) reject(new Error(`no browser: ${why}`));
    };
    this.process.on('error', fail).on('exit', (code) => fail(`it ended with ${code}`));
    this.process.stdio[3].on('error', fail);
  }

  take(text) {
    const messages = (this.unread + text).split('\0');
    this.unread = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) {
      const waiting = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.error) waiting?.reject(new Error(JSON.stringify(message.error)));
      else if (waiting) waiting.resolve(message.result);
      else this.events.push(message);
    }
  }

  // What the protocol answers to a method.
  send(method, params = {}) {
    this.number += 1;
    const message = { id: this.number, method, params, sessionId: this.session };
    return new Promise((resolve, reject) => {
      this.waiting.set(message.id, { resolve, reject });
      this.process.stdio[3].write(`${JSON.stringify(message)}\0`);
    });
  }

  async open() {
    const { targetInfos } = await this.send('Target.getTargets');
    const { targetId } = targetInfos.find((target) => target.type === 'page');
    this.session = (await this.send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(`${domain}.enable`);
    return this;
  }

  // Show a page, once it is loaded.
  async goto(url) {
    await this.send('Page.navigate', { url });
    while ((await this.evaluate('document.readyState + location.href')) !== `complete${url}`) {
      await new Promise((resolve) => { setTimeout(resolve, 10); });
    }
  }

  // A screen of so many pixels, and what it likes: light or dark, screen or print.
  async screen(width, height, { scheme = 'light', media = '' } = {}) {
    await this.send('Emulation.setDeviceMetricsOverride',
      { width, height, deviceScaleFactor: 1, mobile: width < 600 });
    await this.send('Emulation.setEmulatedMedia',
      { media, features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  async evaluate(expression) {
    const answer = await this.send('Runtime.evaluate',
      { expression, returnByValue: true, awaitPromise: true });
    if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  }

  // A picture as PNG: of the screen, or of the whole page.
  async screenshot(whole = false) {
    const { data } = await this.send('Page.captureScreenshot',
      { format: 'png', captureBeyondViewport: whole });
    return Buffer.from(data, 'base64');
  }

  async pdf() {
    const { data } = await this.send('Page.printToPDF', { preferCSSPageSize: true });
    return Buffer.from(data, 'base64');
  }

  async close() {
    await this.send('Browser.close').catch(() => this.process.kill());
    await this.ended;
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

module.exports = { open: () => new Browser().open() };
