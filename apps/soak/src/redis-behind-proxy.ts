import { type Site, startSite } from './site.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** Starts a site whose Redis can be made to fail. */
export async function startBehindProxy(
  redisUrl: string,
  processes: number,
): Promise<{ site: Site; proxy: TcpProxy }> {
  const url = new URL(redisUrl)
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 6379) })
  url.host = `127.0.0.1:${proxy.port}`
  return { proxy, site: await startSite(processes, { store: 'redis', redisUrl: url.href }) }
}
