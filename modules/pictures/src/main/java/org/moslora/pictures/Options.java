package org.moslora.pictures;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Values of some options. Immutable; those that are not set are for somebody else to choose. */
public final class Options {
    /** Nothing set. */
    public static final Options NONE = new Options(Map.of());

    private final Map<Option<?>, Object> values;

    private Options(Map<Option<?>, Object> values) {
        this.values = values;
    }

    /** The same with one value set. */
    public <T> Options with(Option<T> option, T value) {
        Map<Option<?>, Object> more = new LinkedHashMap<>(values);
        more.put(option, value);
        return new Options(more);
    }

    /** The same with one value set if there is one. */
    public <T> Options with(Option<T> option, Optional<T> value) {
        return value.map(set -> with(option, set)).orElse(this);
    }

    /** The same without one value. */
    public Options without(Option<?> option) {
        Map<Option<?>, Object> fewer = new LinkedHashMap<>(values);
        fewer.remove(option);
        return new Options(fewer);
    }

    /** These, and of the others what is not set here. */
    public Options over(Options others) {
        Map<Option<?>, Object> all = new LinkedHashMap<>(others.values);
        all.putAll(values);
        return new Options(all);
    }

    /** The value of an option. */
    @SuppressWarnings("unchecked") // with() lets in nothing else
    public <T> Optional<T> get(Option<T> option) {
        return Optional.ofNullable((T) values.get(option));
    }

    /** The value of an option, or another. */
    public <T> T get(Option<T> option, T otherwise) {
        return get(option).orElse(otherwise);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Options options && values.equals(options.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values);
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
