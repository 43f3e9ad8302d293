import { describe, expect, test } from '@jest/globals';
import { boundaryIn } from './form-boundary.ts';

describe('the boundary of a form', () => {
  test.each([
    ['multipart/form-data; boundary=A', 'A'],
    ['multipart/form-data;boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW', '----WebKitFormBoundary7MA4YWxkTrZu0gW'],
    ['Multipart/Form-Data; Charset=utf-8; Boundary="A:b=c"; x=y;', 'A:b=c'],
    ['multipart/form-data; x="a\\"; b"; boundary = A ;', 'A'],
    ['multipart/form-data', undefined],
    ['multipart/form-datax; boundary=A', undefined],
    ['application/json; boundary=A', undefined],
    [undefined, undefined],
  ])('of %s is %s', (contentType, boundary) => {
    expect(boundaryIn(contentType)).toBe(boundary);
  });

  test.each([
    'boundary=A; boundary=B',
    'boundary=A; BOUNDARY=A',
    "boundary=A; boundary*=utf-8''B",
    'boundary*0=A; boundary*1=B',
    'boundary="A;boundary=B"',
    'boundary=A,boundary=B',
    'boundary=A; x="; boundary=B"',
    'x="; boundary=B"',
    'x=y boundary=B',
    'boundary="A; x=y',
    'boundary="A\\"B"',
    'boundary="A\\B"',
    'boundary=A\\B',
    'boundary="A B"',
    'boundary=""',
    'boundary=\u00e9',
  ])('is refused where two may be read: %s', (parameters) => {
    expect(() => boundaryIn(`multipart/form-data; ${parameters}`)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  test('is read in time, however the type is made', () => {
    const started = performance.now();
    expect(() => boundaryIn(`multipart/form-data${'; '.repeat(8000)}"`)).toThrow('cannot be read');
    expect(() => boundaryIn(`multipart/form-data;${' '.repeat(16_000)}"`)).toThrow('cannot be read');
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
