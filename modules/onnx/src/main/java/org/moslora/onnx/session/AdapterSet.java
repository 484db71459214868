package org.moslora.onnx.session;

import ai.onnxruntime.OrtLoraAdapter;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adapters that are used together, by component. They are freed when the last of their users has let them go. */
public final class AdapterSet {
    private final Map<String, OrtLoraAdapter> adapters;
    private int users = 1;

    /** A set with one user, who made it. */
    AdapterSet(Map<String, OrtLoraAdapter> adapters) {
        this.adapters = Map.copyOf(adapters);
    }

    /** Those of a component, or null. */
    public @Nullable OrtLoraAdapter of(String component) {
        return adapters.get(component);
    }

    /** The components that have any. */
    public Set<String> components() {
        return adapters.keySet();
    }

    /** Takes note of one user more. */
    public synchronized void retain() {
        if (users == 0) {
            throw new IllegalStateException("these adapters have been let go");
        }
        users++;
    }

    /** Takes note that a user has let them go. */
    public synchronized void release() {
        users--;
        if (users == 0) {
            adapters.values().forEach(OrtLoraAdapter::close);
        }
    }

    /** How many users there are. */
    synchronized int users() {
        return users;
    }
}
