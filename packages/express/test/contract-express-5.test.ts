import { describeAdapterContract } from '@trefoil/contract'
import express from 'express'
import { startWith } from './contract-app.ts'

describeAdapterContract('Express 5', startWith(express))
