import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openDockerStage, type DockerStage } from './docker-stage.ts'
import { linesOf, runsOf } from './support.ts'

/** Signatures by openssl over the image's name with its digest, in files beside the public key. */
describeWithEngines('images that have to be signed', () => {
  let stage: DockerStage
  let keys: string
  const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' })
  const sign = (image: string, as: string): void => {
    writeFileSync(join(keys, 'text'), image)
    const file = join(keys, `${as.split('@sha256:')[1] ?? ''}.sig`)
    openssl('dgst', '-sha256', '-sign', join(keys, 'private.pem'), '-out', file, join(keys, 'text'))
  }
  beforeAll(async () => {
    keys = mkdtempSync(join(tmpdir(), 'astern-keys-'))
    openssl('genrsa', '-out', join(keys, 'private.pem'), '2048')
    openssl('rsa', '-in', join(keys, 'private.pem'), '-pubout', '-out', join(keys, 'public.pem'))
    const script = `printf %s "$1" | openssl dgst -sha256 -verify "$0/public.pem" -signature "$0/\${1##*@sha256:}.sig"`
    stage = await openDockerStage({ signature: { command: ['sh', '-c', script, keys, '{image}'] } })
  })
  afterAll(async () => {
    await stage?.close()
    rmSync(keys, { recursive: true, force: true })
  })

  test('are verified once, by their digest, before anything stops', async () => {
    await stage.prepare()
    sign(stage.goodReference, stage.goodReference)
    const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
    expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
    const order = linesOf(runsOf(stage.home()).at(-1) ?? '').flatMap(({ event }) =>
      event.kind === 'step.settled' && /signature|stop$/.test(event.step) ? [`${event.step} ${event.outcome}`] : [],
    )
    expect(order).toEqual(['api.signature ok', 'api@web-1.stop ok', 'api@web-2.stop ok'])
  })

  test('hold the run before anything stops when the signature is of another image', async () => {
    await stage.prepare()
    sign(`${stage.repository}@sha256:${'0'.repeat(64)}`, stage.goodReference)
    const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
    expect([ran.code, ran.stdout]).toEqual([
      4,
      expect.stringContaining('The image of api is not known to be signed as it has to be: sh ends with 1'),
    ])
    const happened = (await stage.events()).filter(({ Type, Action }) => Type === 'container' && Action === 'die')
    expect(happened).toEqual([])
  })
})
