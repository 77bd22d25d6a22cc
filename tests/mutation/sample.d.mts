export declare const sample: readonly string[];
