import type { join as ja } from '../ja/join';

export const join: Record<keyof typeof ja, string> = {};
