import type Docker from 'dockerode'

/** The shop's api in the container that `putApi` makes, as a manifest names it. */
export const apiInContainer = {
  hosts: ['web-1'],
  container: 'shop-api-1',
  depends_on: ['main'],
  stop: { grace: '1s' },
  health: { http: 'http://{host}:8081/' },
} as const

export type Put = { readonly image: string; readonly env: readonly string[]; readonly mounts: readonly string[] }

/** In the place of the one before, on the network of the shop. */
export async function putApi(docker: Docker, { image, env, mounts }: Put): Promise<void> {
  await docker
    .getContainer('shop-api-1')
    .remove({ force: true })
    .catch(() => undefined)
  const container = await docker.createContainer({
    name: 'shop-api-1',
    Image: image,
    Env: [...env],
    ExposedPorts: { '8080/tcp': {} },
    HostConfig: {
      Binds: [...mounts],
      NetworkMode: 'shop',
      PortBindings: { '8080/tcp': [{ HostPort: '8081' }] },
      RestartPolicy: { Name: 'unless-stopped' },
    },
    NetworkingConfig: { EndpointsConfig: { shop: { Aliases: ['api'] } } },
  })
  await container.start()
}
