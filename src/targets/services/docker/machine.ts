import type { Machine } from '../port.ts'
import { isOlder } from './agree.ts'
import type { Engine } from './engine.ts'

/** Of Docker 19.03. Nobody tried Astern with an older one. */
const oldest = '1.40'

/** The clock is compared with the middle of the question: what it took to ask is no fault of the clock's. */
export async function machineOf(engine: Engine): Promise<Machine> {
  const version = await engine.call('ask for its version', docker => docker.version())
  const began = Date.now()
  const info = await engine.call(
    'ask for its time',
    docker => docker.info() as Promise<{ readonly SystemTime?: string }>,
  )
  const middle = (began + Date.now()) / 2
  const there = info.ok ? Date.parse(info.value.SystemTime ?? '') : Number.NaN
  const { Version: release = '?', ApiVersion: api = oldest } = version.ok ? version.value : {}
  return {
    skewMs: Number.isNaN(there) ? null : Math.round(there - middle),
    tooOld: isOlder(api, oldest) ? `its Engine is ${release}, which speaks API ${api} only; ${oldest} is needed` : null,
  }
}
