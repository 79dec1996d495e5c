/// <reference types="vite/client" />

/** Made while building; see `scripts/emoji-names.ts`. */
declare module 'emoji-names:*' {
  const names: Record<string, string[]>
  export default names
}
