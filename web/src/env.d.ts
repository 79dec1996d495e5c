/// <reference types="vite/client" />

/** Made while building; see `scripts/emoji-words.ts`. */
declare module 'emoji-words:*' {
  const names: Record<string, string[]>
  export default names
}
