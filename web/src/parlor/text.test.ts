import { describe, expect, it } from 'vitest'

import { linkify } from './text'

function links(text: string): string[] {
  return linkify(text).flatMap((it) => (it.type === 'link' ? [it.text] : []))
}

function names(text: string): string[] {
  return linkify(text).flatMap((it) => (it.type === 'mention' ? [it.username] : []))
}

describe('linkify', () => {
  it('finds links as people write them', () => {
    expect(links('see https://example.com/a?b=c#d.')).toEqual(['https://example.com/a?b=c#d'])
    expect(links('(http://x.io/a_(b))')).toEqual(['http://x.io/a_(b)'])
    expect(links('看https://例え.jp/道、と')).toEqual(['https://例え.jp/道'])
    expect(links('mail mailto:a@b.io!')).toEqual(['mailto:a@b.io'])
    expect(links('HTTPS://X.IO and http://')).toEqual(['HTTPS://X.IO'])
  })

  it('follows nothing that could run', () => {
    for (const text of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'ftp://x']) {
      expect(links(text), text).toEqual([])
    }
  })

  it('finds names, but not in addresses', () => {
    expect(names('@ann, ask @bob.builder.')).toEqual(['ann', 'bob.builder'])
    expect(names('ann@example.com @')).toEqual([])
    expect(names('你好 @小明 早')).toEqual(['小明'])
  })

  it('loses nothing', () => {
    const text = 'a https://x.io, @ann: (b) \n\u202Eabc 👍🏽'
    expect(linkify(text).map((it) => it.text).join('')).toBe(text)
  })
})
