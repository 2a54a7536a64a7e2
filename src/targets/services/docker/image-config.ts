import type { Result } from '../../../state/fault.ts'
import type { ImageConfig } from './config.ts'
import type { Answer, Engine } from './engine.ts'

/** What an image sets by itself. Of one that was removed nothing can be told apart: that is a fault. */
export async function imageConfig(engine: Engine, id: string): Promise<Result<ImageConfig>> {
  const answer = await lookAtImage(engine, id)
  return answer.ok ? { ok: true, value: answer.value.Config ?? {} } : answer
}

export function lookAtImage(engine: Engine, reference: string): Promise<Answer<import('dockerode').ImageInspectInfo>> {
  return engine.read({ of: 'image', which: reference }, `look at image ${reference.slice(0, 80)}`, docker =>
    docker.getImage(reference).inspect(),
  )
}
