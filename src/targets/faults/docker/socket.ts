import type { Result } from '../../../state/fault.ts'
import type { Endpoint } from '../../../state/manifest.ts'
import type { Engine } from '../../services/docker/engine.ts'
import { reach, wayTo } from '../../services/docker/reach/reach.ts'
import { notHere } from './fleet.ts'

const usual = '/var/run/docker.sock'
/** Of no image that there is: what is asked with it can be checked by the Engine, and never made. */
const noImage = 'astern/none:none'

/** The socket of an Engine as its own host knows it. An Engine does not tell: what leads to it is tried, each by whether it is there. */
export async function socketOn(engine: Engine, endpoint: Endpoint): Promise<Result<string>> {
  const tried = [...new Set([...(await knownPath(endpoint)), usual])]
  for (const path of tried) {
    const there = await isOnHost(engine, path)
    if (!there.ok) return there
    if (there.value) return { ok: true, value: path }
  }
  return notHere(
    `Where the socket of the Engine on ${engine.host} is on its own host is not known: there is no ${tried.join(', no ')}`,
    `Let the Engine listen at ${usual} too; or reach ${engine.host} by unix:// or ssh://, which tell its socket.`,
  )
}

/** An Engine looks whether what is to be mounted is there before it looks for the image. */
export async function isOnHost(engine: Engine, path: string): Promise<Result<boolean>> {
  const asked = await engine.call(`look for ${path}`, docker =>
    docker.createContainer({ Image: noImage, HostConfig: { Mounts: [{ Type: 'bind', Source: path, Target: '/at' }] } }),
  )
  if (asked.ok) throw new Error(`${noImage} is an image of ${engine.host}`)
  if (asked.status === 404 || asked.status === 400) return { ok: true, value: asked.status === 404 }
  return asked
}

/** Over ssh the docker client there knows which socket it goes to; a rootless Engine's is its account's own. */
async function knownPath(endpoint: Endpoint): Promise<readonly string[]> {
  const to = await wayTo(endpoint)
  if (to.kind === 'unix') return [to.path]
  if (to.kind !== 'ssh') return []
  const way = await reach(to)
  try {
    const argv = ['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
    const ran = await way.run?.(argv)
    const [, path] = /^unix:\/\/(\/\S+)$/.exec(ran?.output.trim() ?? '') ?? []
    return path === undefined ? [] : [path]
  } catch {
    // What cannot be asked there is not known; the usual place is tried.
    return []
  } finally {
    way.close()
  }
}
