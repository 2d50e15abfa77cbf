import { httpBatchLink } from '@trpc/client'
import { trpc } from '../recipes/trpc-batch.js'
import type { Driver } from './driver.js'
import { over } from './trpc-links.js'

export const driver: Driver = over(trpc, httpBatchLink)
