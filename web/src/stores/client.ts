// The one client of this page.
import { browserDatabase, cookieVault, Parlor } from '@/parlor'

export const parlor = new Parlor({ vault: cookieVault(), database: browserDatabase() })
