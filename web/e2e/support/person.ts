// A person at a browser: what they press and what they see.
import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test'

import type { Account } from './account'

export class Person {
  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly account: Account,
  ) {}

  get name(): string {
    return this.account.name
  }

  async goTo(place: 'Chats' | 'Friends' | 'Discover' | 'Settings' | 'Servers'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click()
  }

  /** The entry of a room in the list. */
  entry(room: string): Locator {
    return this.page.getByRole('navigation', { name: 'List of chats' }).getByRole('link', { name: room })
  }

  async open(room: string): Promise<void> {
    await this.entry(room).click()
    await expect(this.page.getByRole('heading', { level: 1, name: room })).toBeVisible()
    await expect(this.log).toHaveAttribute('aria-busy', 'false')
  }

  get log(): Locator {
    return this.page.getByRole('log')
  }

  get field(): Locator {
    return this.page.getByRole('textbox', { name: /^Write to/ })
  }

  async say(text: string): Promise<void> {
    await this.field.fill(text)
    await this.field.press('Enter')
  }

  /** The row of the conversation with this text. */
  row(text: string): Locator {
    return this.log.getByRole('article').filter({ hasText: text })
  }

  async sees(text: string): Promise<void> {
    await expect(this.row(text).last()).toBeVisible()
  }

  /** Chooses from the menu of a message. */
  async chooseFromMenu(what: string, text: string): Promise<void> {
    await this.row(text)
      .last()
      .locator('.bubble')
      .click({ button: 'right', position: { x: 8, y: 8 } })
    await this.page.getByRole('menuitem', { name: what, exact: true }).click()
  }

  async seesToast(toast: string | RegExp): Promise<void> {
    await expect(this.page.getByRole('status').filter({ hasText: toast })).toBeVisible()
  }

  dialog(name?: string): Locator {
    return this.page.getByRole('dialog', name ? { name } : {})
  }
}
