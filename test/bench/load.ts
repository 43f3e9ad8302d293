// The load generator, a process of its own: raw sockets, and every answer is read to its end and checked, but for those
// of clients who mean to leave.
import { disperse, gather } from './crowd-of-callers.ts';
import { obey } from './orders.ts';
import { rehearse } from './rehearsal.ts';
import { runTraffic } from './traffic.ts';
import { dismissStalled, visitUnhappily } from './unhappy-callers.ts';

obey({ rehearse, traffic: runTraffic, gather, disperse, unhappy: visitUnhappily, dismiss: dismissStalled });
process.send?.({ ready: true });
