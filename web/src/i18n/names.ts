/** What to call a person. A person whose account is deleted has no name any more. */
import { nameOf, type Author } from '@/parlor'

import { i18n } from './index'

export function displayName(user: Author): string {
  return user.deleted ? i18n.global.t('rooms.nobody') : nameOf(user)
}
