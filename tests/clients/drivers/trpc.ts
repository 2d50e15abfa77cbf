import { httpLink } from '@trpc/client'
import { trpc } from '../recipes/trpc.js'
import type { Driver } from './driver.js'
import { over } from './trpc-links.js'

export const driver: Driver = over(trpc, httpLink)
