import type { desk as ja } from '../ja/desk';

export const desk: Record<keyof typeof ja, string> = {};
