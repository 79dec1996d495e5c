/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url'

import VueI18nPlugin from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

import { compressed } from './scripts/compressed'
import { emojiNames } from './scripts/emoji-names'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = process.env['PARLOR_URL'] ?? 'http://localhost:8000'

export default defineConfig({
  // The server's other paths belong to its API.
  base: '/app/',
  plugins: [
    vue(),
    // Messages are compiled here, so that the page needs neither the compiler nor `eval`.
    VueI18nPlugin({ include: [here('./src/i18n/locales/*.json')], strictMessage: false }),
    emojiNames(),
    compressed(),
  ],
  resolve: { alias: { '@': here('./src') } },
  build: {
    outDir: here('../static/app'),
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL would be one more thing for the content security policy to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/v1': server,
      '/static': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
