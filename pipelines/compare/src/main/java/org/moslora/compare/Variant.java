package org.moslora.compare;

import java.util.List;

/**
 * One of the things that are compared.
 *
 * @param name in tables and folders
 * @param keys what makes it, as {@code key=value}
 */
record Variant(String name, List<String> keys) {}
