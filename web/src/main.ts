import { createPinia } from 'pinia'
import { createApp, watch } from 'vue'

import App from './App.vue'
import { i18n, setLanguage } from './i18n'
import { router } from './router'
import { useSession, useSettings } from './stores'
import './styles/main.css'

const app = createApp(App).use(createPinia())
const settings = useSettings()
watch(
  () => settings.effectiveTheme,
  (theme) => (document.documentElement.dataset['theme'] = theme),
  { immediate: true },
)
void useSession().start()
// Texts first: a page that changes its language while you look is worse than one that comes later.
void setLanguage(settings.effectiveLanguage).finally(() => {
  watch(
    () => settings.effectiveLanguage,
    (language) => setLanguage(language),
  )
  app.use(i18n).use(router).mount('#app')
})
