import { createFrontendApp } from '@trefoil/core/frontend'

const { issuer = '', client = '' } = document.documentElement.dataset
const app = createFrontendApp({ issuer, clientId: client })
const [login, logout, name] = ['#login', '#logout', '#name'].map((id) => document.querySelector(id))

const show = () => {
  const { status, session, error } = app.getSnapshot()
  if (name) name.textContent = error?.message ?? session?.user.name ?? status
  login?.toggleAttribute('hidden', session !== null)
  logout?.toggleAttribute('hidden', session === null)
}

login?.addEventListener('click', () => void app.login())
logout?.addEventListener('click', () => void app.logout())
app.subscribe(show)
await app.start()
show()
