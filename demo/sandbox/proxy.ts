import { rmSync } from 'node:fs'
import { createServer, connect } from 'node:net'

export type Route = { readonly name: string; readonly listen: number | string; readonly to: number | string }

/** Passes on what comes in, until the sandbox ends. */
export async function openProxy(root: string, routes: readonly Route[]) {
  const servers = await Promise.all(
    routes.map(async ({ listen, to }) => {
      const server = createServer(from => {
        const onward = typeof to === 'string' ? connect(to) : connect(to, '127.0.0.1')
        from.on('error', () => onward.destroy())
        onward.on('error', () => from.destroy())
        from.pipe(onward).pipe(from)
      })
      await new Promise<void>(resolve =>
        typeof listen === 'string' ? server.listen(listen, resolve) : server.listen(listen, '127.0.0.1', resolve),
      )
      return server
    }),
  )
  return {
    control: `unix://${root}/proxy.sock`,
    close: async () => {
      servers.forEach(server => server.close())
      rmSync(`${root}/proxy.sock`, { force: true })
    },
  }
}
