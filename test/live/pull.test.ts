import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openDockerStage, runApi, type DockerStage } from './docker-stage.ts'
import { isEngine, runsOf, stateOf, until } from './support.ts'

const tests = (): void => {
  let stage: DockerStage
  beforeAll(async () => {
    stage = await openDockerStage()
  })
  afterAll(() => stage.close())

  /** What was replaced, and its image, are gone from the host. */
  async function loseReplaced(host: 'web-1' | 'web-2'): Promise<void> {
    const { docker } = stage.hosts[host]
    const containers = await docker.listContainers({ all: true })
    const kept = containers.filter(({ Names }) => Names[0]?.includes('.astern-was-'))
    expect(kept).toHaveLength(1)
    await Promise.all(kept.map(({ Id }) => docker.getContainer(Id).remove()))
    await docker.pruneImages({ filters: { dangling: { false: true } } })
  }

  describe('the plan', () => {
    test('names what people changed of a container since the record, and its values stand nowhere', async () => {
      await stage.prepare()
      const { docker } = stage.hosts['web-1']
      await docker.getContainer('shop-api-1').remove({ force: true })
      await runApi(docker, `${stage.repository}:1.3.0`, ['MODE=hush-hush-9', 'FEATURE_X=on-and-secret'])
      const planned = await stage.astern(['plan', '--json'])
      const { plan } = JSON.parse(planned.stdout) as { plan: { drift: readonly string[] } }
      expect(plan.drift).toEqual([
        "api@web-1: since 1.2.2 was recorded, env FEATURE_X was added, env MODE changed; today's is taken",
      ])
      const volumes = (await docker.listVolumes()).Volumes
      const key = volumes.find(({ Name }) => Name === 'astern_shop_key')?.Labels['com.github.astern.key'] ?? ''
      expect(key).toMatch(/^[0-9a-f]{64}$/)
      const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
      expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
      const { Config } = await docker.getContainer('shop-api-1').inspect()
      expect(Config.Env).toContain('FEATURE_X=on-and-secret')
      expect(allTextBelow(stage.home())).not.toMatch(new RegExp(`hush-hush|on-and-secret|${key}`))
      expect(JSON.stringify(volumes)).not.toMatch(/hush-hush|on-and-secret/)
    })

    test('says of every image what would be left of it after a prune, and so does doctor', async () => {
      await stage.prepare()
      const safe = await stage.astern(['plan'])
      expect(safe.stdout).toContain(
        `api@web-1 1.2.2 (target): on the host; its registry holds it (${stage.registry.address})`,
      )
      expect(safe.stdout).not.toContain('docker system prune')
      const bare = await stage.astern(['plan'], 'wrong')
      const unknown = `not known (${stage.registry.address} refuses the account of the Docker client here; no archive has it)`
      expect(bare.stdout).toContain(`: whether anything but its host holds it is ${unknown}`)
      expect(bare.stdout).toMatch(/api@web-1 1\.2\.2,.* api@web-2 1\.2\.2.*: whether anything/)
      const doctor = await stage.astern(['doctor'], 'wrong')
      expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining(unknown)])
      expect(doctor.stdout).toContain('astern record --version V --save')
    })
  })

  describe('an image that its host has lost', () => {
    test('is pulled back by digest with the account of the Docker client, before any host stops anything', async () => {
      const { good } = await stage.prepare()
      await prune(stage, 'web-2')
      const planned = await stage.astern(['plan'])
      expect(planned.stdout).toMatch(
        /Room for images\n  web-1: nothing is fetched; [\d.]+ [GM]B free at \/.*\n  web-2: at most \d+ MB needed for 1 image to fetch; /,
      )
      const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
      expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
      const events = await stage.events()
      const pulls = events.filter(({ Type, Action }) => Type === 'image' && Action === 'pull')
      expect(pulls.map(({ host, Actor }) => [host, Actor.ID.replace(/sha256:.*/, 'sha256:')])).toEqual([
        ['web-2', `${stage.repository}@sha256:`],
      ])
      const firstStop = events.find(({ Type, Action }) => Type === 'container' && Action === 'kill')
      expect(firstStop?.timeNano).toBeGreaterThan(pulls[0]?.timeNano ?? Infinity)
      for (const { docker } of Object.values(stage.hosts)) {
        const { Image, Config } = await docker.getContainer('shop-api-1').inspect()
        expect([Image, Config.Image]).toEqual([good, `${stage.repository}:1.2.2`])
      }
      const [run = ''] = runsOf(stage.home())
      expect(stateOf(run).steps['api@web-2.pull']?.status).toBe('ok')
      expect(readFileSync(join(run, 'evidence', 'api@web-2.pull.1.log'), 'utf8')).toContain('Pull complete')
    })

    test('after going back is pulled for the way forward again, though no ledger ever had it', async () => {
      const { bad } = await stage.prepare()
      const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
      expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
      const { docker } = stage.hosts['web-1']
      await loseReplaced('web-1')
      const before = (await stage.events()).length
      const [run = ''] = runsOf(stage.home())
      const undone = await stage.astern(['undo', run.split('/').at(-1) ?? '', '--headless', '--confirm', 'shop'])
      expect(`${undone.code} ${undone.stdout}`).toMatch(/^0 /)
      const events = (await stage.events()).slice(before)
      const pulled = events.findIndex(({ host, Action }) => host === 'web-1' && Action === 'pull')
      const firstStop = events.findIndex(({ Type, Action }) => Type === 'container' && Action === 'kill')
      expect([pulled >= 0, pulled < firstStop]).toEqual([true, true])
      expect((await docker.getContainer('shop-api-1').inspect()).Image).toBe(bad)
    })

    test('after going back is loaded from a saved archive for the way forward, where the registry does not give it', async () => {
      const { bad } = await stage.prepare()
      const saved = await stage.astern(['record', '--version', '1.3.0', '--save'])
      expect(`${saved.code} ${saved.stderr}`).toMatch(/^0 /)
      const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
      expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
      await loseReplaced('web-1')
      const before = (await stage.events()).length
      const [run = ''] = runsOf(stage.home())
      const undo = ['undo', run.split('/').at(-1) ?? '', '--headless', '--confirm', 'shop']
      const undone = await stage.astern(undo, 'wrong')
      expect(`${undone.code} ${undone.stdout}${undone.stderr}`).toMatch(/^0 /)
      const events = (await stage.events()).slice(before)
      const loaded = events.findIndex(({ host, Action }) => host === 'web-1' && Action === 'load')
      const firstStop = events.findIndex(({ Type, Action }) => Type === 'container' && Action === 'kill')
      expect([loaded >= 0, loaded < firstStop]).toEqual([true, true])
      expect((await stage.hosts['web-1'].docker.getContainer('shop-api-1').inspect()).Image).toBe(bad)
    })

    test('after going back, that nothing has any more, blocks the way forward by name and stops nothing', async () => {
      const { good } = await stage.prepare()
      const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
      expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
      await loseReplaced('web-1')
      const [run = ''] = runsOf(stage.home())
      const undone = await stage.astern(
        ['undo', run.split('/').at(-1) ?? '', '--headless', '--confirm', 'shop'],
        'wrong',
      )
      expect(undone.code).not.toBe(0)
      const last = stateOf(runsOf(stage.home()).at(-1) ?? '')
      expect(last.plan?.plan.blockers).toEqual([
        expect.stringMatching(/^api@web-1: .*not on web-1; .* refuses the account .*; no archive in .* has it$/),
      ])
      expect((await stage.hosts['web-1'].docker.getContainer('shop-api-1').inspect()).Image).toBe(good)
      await stage.astern(['stop', basename(runsOf(stage.home()).at(-1) ?? ''), '--reason', 'the test is over'])
    })

    test('between the approval and the first stop is pulled before it, also by the engine that takes over from a killed one', async () => {
      const { good } = await stage.prepare()
      const first = ['rollback', '--headless', '--confirm', 'shop']
      const killed = { ASTERN_CRASH_AT: 'before-intent:api@web-1.pull' }
      expect((await stage.astern(first, undefined, killed)).code).not.toBe(0)
      const [run = ''] = runsOf(stage.home())
      const { engine, steps } = stateOf(run)
      await until(() => !isEngine(engine?.pid ?? 0), 'the engine has ended')
      expect(steps['api@web-1.pull']?.status).toBe('waiting')
      await prune(stage, 'web-1')
      const ran = await stage.astern(['attach', run.split('/').at(-1) ?? '', '--headless'])
      expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
      const events = await stage.events()
      const pulled = events.find(({ host, Type, Action }) => host === 'web-1' && Type === 'image' && Action === 'pull')
      const firstStop = events.find(({ Type, Action }) => Type === 'container' && Action === 'kill')
      expect(firstStop?.timeNano).toBeGreaterThan(pulled?.timeNano ?? Infinity)
      expect((await stage.hosts['web-1'].docker.getContainer('shop-api-1').inspect()).Image).toBe(good)
    })

    test('behind a password that is not right is a refusal at plan time that says so, and nothing is touched', async () => {
      await stage.prepare()
      await prune(stage, 'web-2')
      const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop', '--version', '1.2.2'], 'wrong')
      expect(ran.code).not.toBe(0)
      expect(ran.stderr).toContain(`${stage.registry.address} refuses the account of the Docker client here`)
      expect(ran.stderr).toContain('api@web-2')
      expect((await stage.events()).filter(({ Type }) => Type === 'container')).toEqual([])
    })

    test('comes out of a saved archive where the registry does not give it', async () => {
      const { good, bad } = await stage.prepare(['--save'])
      const [file = ''] = readdirSync(stage.artifacts)
      expect([file.endsWith('.tar'), statSync(join(stage.artifacts, file)).mode & 0o777]).toEqual([true, 0o600])
      await prune(stage, 'web-2')
      const { docker } = stage.hosts['web-2']
      await docker.getImage(bad).tag({ repo: stage.repository, tag: '1.2.2' })
      const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'], 'wrong')
      expect(`${ran.code} ${ran.stdout}`).toMatch(/^0 /)
      const { Image } = await docker.getContainer('shop-api-1').inspect()
      const { Id } = await docker.getImage(`${stage.repository}:1.2.2`).inspect()
      expect({ runs: Image, tagLeadsTo: Id }).toEqual({ runs: good, tagLeadsTo: bad })
      const events = await stage.events()
      const loaded = events.find(({ Type, Action }) => Type === 'image' && Action === 'load')
      const firstStop = events.find(({ Type, Action }) => Type === 'container' && Action === 'kill')
      expect(firstStop?.timeNano).toBeGreaterThan(loaded?.timeNano ?? Infinity)
    })

    test('whose tag names another image now is taken by its digest, and the plan names both', async () => {
      const { good, bad } = await stage.prepare()
      await prune(stage, 'web-2')
      await stage.hosts['web-2'].docker.getImage(bad).tag({ repo: stage.repository, tag: '1.2.2' })
      const planned = await stage.astern(['plan'])
      expect(planned.code).toBe(0)
      const moved = `api@web-2: ${stage.repository}:1.2.2 was ${good.slice(0, 19)} when 1.2.2 was recorded, and names ${bad.slice(0, 19)}`
      expect(planned.stdout).toContain(moved)
      expect(planned.stdout).toContain('pull the image of api 1.2.2 onto web-2')
    })

    test('holds the run when it cannot be fetched after all, and nothing is stopped', async () => {
      await stage.prepare()
      await prune(stage, 'web-2')
      const putBack = stage.registry.loseLayers()
      const ran = await stage.astern(['rollback', '--headless', '--confirm', 'shop'])
      expect(`${ran.code} ${ran.stdout}`).toMatch(/^4 /)
      const [run = ''] = runsOf(stage.home())
      const { steps } = stateOf(run)
      expect(steps['api@web-2.pull']).toMatchObject({ status: 'failed', fault: { code: 'image.not-fetched' } })
      expect([steps['api@web-1.stop']?.status, steps['api@web-2.stop']?.status]).toEqual(['waiting', 'waiting'])
      expect((await stage.events()).filter(({ Type }) => Type === 'container')).toEqual([])
      await stage.astern(['stop', run.split('/').at(-1) ?? '', '--reason', 'the test is over'])
      putBack()
    })

    test('that nothing has any more is refused by name, with every place that was asked', async () => {
      const { good } = await stage.prepare()
      await stage.registry.forget(stage.goodReference)
      await prune(stage, 'web-2')
      const none = await stage.astern(['plan', '--version', '1.2.2'])
      expect(none.code).not.toBe(0)
      for (const said of ['api@web-2', good.slice(0, 19), `does not have ${stage.goodReference}`, stage.artifacts])
        expect(none.stderr).toContain(said)
    })
  })
}

describeWithEngines('going back on Docker hosts', tests, ['docker-registry'])

function allTextBelow(directory: string): string {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(name => join(directory, name))
  return files.map(file => (statSync(file).isFile() ? readFileSync(file, 'utf8') : '')).join('\n')
}

/** As `docker system prune -af` would leave it: nothing runs the good image, so it goes, with all its names. */
async function prune(stage: DockerStage, host: 'web-1' | 'web-2'): Promise<void> {
  const { docker } = stage.hosts[host]
  await docker.pruneImages({ filters: { dangling: { false: true } } })
  const left = await docker.listImages()
  if (left.some(({ RepoTags }) => RepoTags?.includes(`${stage.repository}:1.2.2`)))
    throw new Error('the image is still there')
}
