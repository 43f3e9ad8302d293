import { describe, expect, test } from '@jest/globals';
import { refuseMislabelled } from './mislabelled.ts';

describe('a body that was read as JSON', () => {
  test.each([
    undefined,
    '',
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'text/plain; charset=us-ascii',
    "application/json; charset='utf-8'",
  ])('is taken under %s', (contentType) => {
    expect(() => refuseMislabelled(contentType)).not.toThrow();
  });

  test.each([
    ['application/json; charset=utf-7', 'UTF-8'],
    ['application/json; charset=utf-8; charset=utf-16', 'UTF-8'],
    ["application/json; charset*=utf-8''utf-7", 'UTF-8'],
    ['application/json; charset=', 'UTF-8'],
    ['application/x-www-form-urlencoded', 'form'],
    ['Multipart/Form-Data; boundary=A', 'form'],
  ])('is refused under %s: another may read it otherwise', (contentType, message) => {
    expect(() => refuseMislabelled(contentType)).toThrow(message);
  });
});
