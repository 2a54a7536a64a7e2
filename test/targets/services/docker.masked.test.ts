import { expect, test } from 'vitest'
import { maskedInspect } from '../../../src/targets/services/docker/masked.ts'
import type { Inspected } from '../../../src/targets/services/docker/find.ts'

test('evidence of a container keeps what it was, and none of what may be secret', () => {
  const container = {
    Id: 'a1',
    Name: '/shop-api-1',
    Created: '2026-11-20T10:00:00Z',
    Image: 'sha256:1',
    Config: {
      Env: ['PAYMENT_KEY=s3cret-1', 'EMPTY='],
      Cmd: ['serve', '--password=s3cret-2', '--api-token', 's3cret-3', 'postgres://shop:s3cret-4@db/shop', '-v'],
      Entrypoint: null,
      Labels: { team: 's3cret-7', 'com.docker.compose.project': 'shop' },
      Healthcheck: { Test: ['CMD', 'check', '--token', 's3cret-5'] },
    },
    HostConfig: { LogConfig: { Type: 'splunk', Config: { 'splunk-token': 's3cret-6' } }, NetworkMode: 'front' },
    Mounts: [],
    NetworkSettings: { Networks: {} },
  } as unknown as Inspected
  const text = maskedInspect(container)
  expect(text).not.toContain('s3cret')
  expect(JSON.parse(text)).toMatchObject({
    Config: {
      Env: ['PAYMENT_KEY=***', 'EMPTY=***'],
      Cmd: ['serve', '--password=***', '--api-token', '***', 'postgres://***@db/shop', '-v'],
      Labels: { team: '***', 'com.docker.compose.project': 'shop' },
    },
    HostConfig: { LogConfig: { Type: 'splunk', Config: { 'splunk-token': '***' } }, NetworkMode: 'front' },
  })
})
