// People in browsers, against the real server. PARLOR_BIN names the server, CHROMIUM the browser.
// A test that passes only at the second try, where E2E_RETRIES allows one, is named as flaky: it
// found a fault that is rare, in the client or in itself.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: './e2e',
  outputDir: './e2e/.results',
  workers: Number(process.env['E2E_WORKERS'] ?? 2),
  retries: Number(process.env['E2E_RETRIES'] ?? 0),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    timezoneId: 'Asia/Taipei',
    viewport: { width: 1280, height: 800 },
    actionTimeout: 10_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--autoplay-policy=no-user-gesture-required'],
    },
  },
})
