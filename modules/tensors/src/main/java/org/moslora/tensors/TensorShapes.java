package org.moslora.tensors;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Gathers the names and shapes of the tensors that a model needs, in the order in which its parts are named. */
public final class TensorShapes {
    private final SortedMap<String, List<Long>> shapes = new TreeMap<>();

    /** Weight and bias of a norm. */
    public void norm(String path, long width) {
        add(path + ".weight", width);
        add(path + ".bias", width);
    }

    /** A linear layer. */
    public void linear(String path, long outputs, long inputs, boolean biased) {
        add(path + ".weight", outputs, inputs);
        if (biased) {
            add(path + ".bias", outputs);
        }
    }

    /** A convolution with bias and a square kernel. */
    public void convolution(String path, long outputs, long channels, long side) {
        add(path + ".weight", outputs, channels, side, side);
        add(path + ".bias", outputs);
    }

    /** Two normed convolutions with a shortcut where the width changes; {@code time} 0 means no time embedding. */
    public void resnet(String path, long channels, long outputs, long time) {
        norm(path + ".norm1", channels);
        convolution(path + ".conv1", outputs, channels, 3);
        if (time > 0) {
            linear(path + ".time_emb_proj", outputs, time, true);
        }
        norm(path + ".norm2", outputs);
        convolution(path + ".conv2", outputs, outputs, 3);
        if (channels != outputs) {
            convolution(path + ".conv_shortcut", outputs, channels, 1);
        }
    }

    /** Any tensor. */
    public void add(String name, long... shape) {
        shapes.put(name, Arrays.stream(shape).boxed().toList());
    }

    /** Everything gathered so far. */
    public SortedMap<String, List<Long>> all() {
        return Collections.unmodifiableSortedMap(shapes);
    }
}
