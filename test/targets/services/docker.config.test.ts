import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recreation, type ImageConfig, type Recreation } from '../../../src/targets/services/docker/config.ts'
import type { Inspected } from '../../../src/targets/services/docker/find.ts'

const words = ['a', 'b', 'c', 'd']
const word = fc.constantFrom(...words)
const record = fc.dictionary(word, word, { maxKeys: 3 })
const keys = fc
  .uniqueArray(word, { maxLength: 3 })
  .map(names => Object.fromEntries(names.map(name => [`/${name}`, {}])))
const argv = fc.array(word, { minLength: 1, maxLength: 2 })
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })

const settings = fc.record({
  Env: record.map(env => Object.entries(env).map(([key, value]) => `${key}=${value}`)),
  Labels: record,
  Volumes: keys,
  ExposedPorts: keys,
  Cmd: maybe(argv),
  Entrypoint: maybe(argv),
  User: fc.constantFrom('', '1000', 'nobody'),
  WorkingDir: fc.constantFrom('', '/srv', '/app'),
  StopSignal: fc.constantFrom('', 'SIGINT', 'SIGQUIT'),
  Healthcheck: maybe(fc.record({ Test: argv.map(test => ['CMD', ...test]) })),
})
type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never

describe('what a recreated container is made of, for any configuration and any two images', () => {
  test('what people set comes along, whatever the images say', () => {
    fc.assert(
      fc.property(settings, settings, settings, (people, from, to) => {
        const before = created(people, from)
        const after = created(bodyOf(recreation(before, from as unknown as ImageConfig, 'target')), to)
        const { Env, Labels, User, WorkingDir, StopSignal } = people
        const its = configOf(after)
        for (const entry of Env) if (!from.Env.includes(entry)) expect(its.Env).toContain(entry)
        for (const [key, value] of Object.entries(Labels))
          if (from.Labels[key] !== value) expect(its.Labels[key]).toBe(value)
        if (User !== '' && User !== from.User) expect(its.User).toBe(User)
        if (WorkingDir !== '' && WorkingDir !== from.WorkingDir) expect(its.WorkingDir).toBe(WorkingDir)
        if (StopSignal !== '' && StopSignal !== from.StopSignal) expect(its.StopSignal).toBe(StopSignal)
      }),
    )
  })

  test('what nobody set is as the target image has it, and nothing of the old image is left', () => {
    const nobody: Settings = {
      Env: [],
      Labels: {},
      Volumes: {},
      ExposedPorts: {},
      Cmd: null,
      Entrypoint: null,
      User: '',
      WorkingDir: '',
      StopSignal: '',
      Healthcheck: null,
    }
    fc.assert(
      fc.property(settings, settings, (from, to) => {
        const body = bodyOf(recreation(created(nobody, from), from as unknown as ImageConfig, 'target'))
        expect(created(body, to).Config).toEqual(created(nobody, to).Config)
      }),
    )
  })

  test('there and back again is the same container, for settings that neither image has too', () => {
    fc.assert(
      fc.property(settings, settings, settings, (people, from, to) => {
        fc.pre(apart(people, from) && apart(people, to))
        const first = created(people, from)
        const second = created(bodyOf(recreation(first, from as unknown as ImageConfig, 'x')), to)
        const third = created(bodyOf(recreation(second, to as unknown as ImageConfig, 'x')), from)
        expect(third.Config).toEqual(first.Config)
      }),
      { numRuns: 300 },
    )
  })
})

/** Nothing that people set equals what the image has: told apart by value, the same value would be the image's. */
function apart(people: Settings, image: Settings): boolean {
  const scalar = (['User', 'WorkingDir', 'StopSignal', 'Healthcheck', 'Cmd', 'Entrypoint'] as const).every(
    key => JSON.stringify(people[key]) !== JSON.stringify(image[key]) || people[key] === null || people[key] === '',
  )
  const env = people.Env.every(entry => !image.Env.includes(entry))
  const labels = Object.entries(people.Labels).every(([key, value]) => image.Labels[key] !== value)
  const named = (['Volumes', 'ExposedPorts'] as const).every(key =>
    Object.keys(people[key]).every(one => !(one in image[key])),
  )
  return scalar && env && labels && named
}

/** As the Engine merges a container's configuration with its image's: moby, runconfig merge. */
function created(asked: Partial<Settings>, image: Settings): Inspected {
  const named = (entry: string): string => entry.split('=')[0] ?? ''
  const own = asked.Env ?? []
  const entryless = (asked.Entrypoint ?? null) === null
  const Config = {
    Env: [...own, ...image.Env.filter(entry => !own.some(mine => named(mine) === named(entry)))].sort(),
    Labels: { ...image.Labels, ...asked.Labels },
    Volumes: { ...image.Volumes, ...asked.Volumes },
    ExposedPorts: { ...image.ExposedPorts, ...asked.ExposedPorts },
    Cmd: asked.Cmd ?? (entryless ? image.Cmd : null),
    Entrypoint: entryless ? image.Entrypoint : asked.Entrypoint,
    User: asked.User || image.User,
    WorkingDir: asked.WorkingDir || image.WorkingDir,
    StopSignal: asked.StopSignal || image.StopSignal,
    Healthcheck: asked.Healthcheck ?? image.Healthcheck,
    Hostname: 'aaaaaaaaaaaa',
  }
  const Id = 'a'.repeat(64)
  const parts = { Id, Config, HostConfig: {}, Mounts: [], NetworkSettings: { Networks: {} } }
  return parts as unknown as Inspected
}

function bodyOf({ body }: Recreation): Partial<Settings> {
  return body as unknown as Partial<Settings>
}

function configOf({ Config }: Inspected): Settings {
  return Config as unknown as Settings
}
