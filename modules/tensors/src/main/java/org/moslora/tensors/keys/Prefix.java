package org.moslora.tensors.keys;

import java.util.List;

/** A rule that gives names below one module to another; it matches whole steps of a path only. */
record Prefix(String from, String to) {
    boolean matches(String path) {
        return path.startsWith(from) && (path.length() == from.length() || path.charAt(from.length()) == '.');
    }

    /** The path under the first rule that matches, else as it is. */
    static String rename(String path, List<Prefix> rules) {
        for (Prefix rule : rules) {
            if (rule.matches(path)) {
                return rule.to + path.substring(rule.from.length());
            }
        }
        return path;
    }
}
