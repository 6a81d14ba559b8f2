/**
 * Starts the local issuer in this process and registers each demo where it really runs.
 * @param {import('./plan.mjs').Place} place
 * @param {readonly import('./plan.mjs').ServicePlace[]} demos
 * @returns {Promise<import('@trefoil/issuer').Issuer>}
 */
export async function startLocalIssuer({ port }, demos) {
  // Not before: the build makes it.
  const { startIssuer } = await import('@trefoil/issuer')
  const issuer = await startIssuer({ port })
  for (const { service, url } of demos) {
    const application = issuer.seed.applications.find(({ id }) => id === service.application)
    if (!application) continue
    const usual = `http://localhost:${service.port}`
    if (usual !== url) issuer.addApplication(moveApplication(application, usual, url))
  }
  return issuer
}

/**
 * An application whose registered URLs are at another origin.
 * @param {import('@trefoil/issuer').Application} application
 * @param {string} from
 * @param {string} to
 * @returns {import('@trefoil/issuer').Application}
 */
export function moveApplication(application, from, to) {
  /** @param {string} url */
  const move = (url) => (new URL(url).origin === from ? to + url.slice(from.length) : url)
  return {
    ...application,
    callbackUrls: application.callbackUrls.map(move),
    logoutUrls: application.logoutUrls.map(move),
  }
}
