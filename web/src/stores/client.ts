// The one client of this page.
import { browserShelf, cookieVault, Parlor } from '@/parlor'

export const parlor = new Parlor({ vault: cookieVault(), shelf: browserShelf() })
