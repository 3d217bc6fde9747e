import type { offline as ja } from '../ja/offline';

export const offline: Record<keyof typeof ja, string> = {
  'net.lost': 'No connection to the server. What you write is kept on this device and sent later.',
  'net.back': 'Connected again',
  'net.waiting': '{n} waiting to be sent',
};
