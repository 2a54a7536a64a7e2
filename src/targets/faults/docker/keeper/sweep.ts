import { inside } from '../aim.ts'
import { done } from './daemon.ts'
import type { Own } from './own.ts'

/** In a container of its own, since nobody can remove the volume under themselves. It ends with its work, and is removed with its end. */
const program = `
const { request } = require('node:http')
const [name, ...paths] = process.argv.slice(1)
const ask = path => new Promise(resolve => {
  const asked = request({ socketPath: '${inside.socket(0)}', method: 'DELETE', path }, answer => (answer.resume(), resolve(answer.statusCode)))
  asked.on('error', () => resolve(0))
  asked.end()
})
const sweep = async () => {
  for (const path of paths)
    for (let look = 0; look < 240 && (await ask(path)) !== 404; look += 1) await new Promise(next => setTimeout(next, 250))
}
sweep()
`

/** Removes the keeper and its volume, where nobody else is left to do it. Its image stays, for the next drill to take away. */
export async function sweep({ daemon, self, source }: Own, name: string): Promise<void> {
  const broom = `${name}-sweep`
  const paths = [`/v${daemon.version}/containers/${name}?force=1`, `/v${daemon.version}/volumes/${name}`]
  const made = await daemon.ask('POST', `/containers/create?name=${broom}`, {
    Image: self.Image,
    Cmd: ['/bin/node', '-e', program, name, ...paths],
    HostConfig: {
      AutoRemove: true,
      NetworkMode: 'none',
      UsernsMode: 'host',
      SecurityOpt: ['label=disable', 'apparmor=unconfined'],
      Mounts: [{ Type: 'bind', Source: source, Target: inside.socket(0) }],
    },
  })
  done(made, 'make what removes this keeper', [409])
  done(await daemon.ask('POST', `/containers/${broom}/start`), 'start what removes this keeper', [304])
}
