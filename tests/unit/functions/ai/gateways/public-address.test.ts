import { expect, test } from 'vitest';
import { isPublicAddress } from '../../../../../functions/ai/gateways/public-address.ts';

const CARRIED = [
  '2606:4700::5efe:7f00:1',
  '2606:4700::200:5efe:c0a8:1',
  '2002:7f00:1::1',
  '2001::1',
  '64:ff9b::808:808',
];
const SET_ASIDE = [
  '3fff::1',
  '2001:20::1',
  '2001:db8::1',
  '5f00::1',
  '100::1',
  '192.88.99.1',
  '192.0.0.170',
  'fe80::1%eth0',
];

test.each([...CARRIED, ...SET_ASIDE])('%s is no address of the public internet', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])('%s is one', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});
