package org.moslora.training.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterPlan;

/**
 * What a recipe wants trained of a model, component by component: adapters or every weight, where they sit, how fast they
 * learn, and from where they start.
 */
public final class TrainedComponents {
    private final List<Component> components = new ArrayList<>();

    /**
     * A component.
     *
     * @param name in learning rates and in error messages, such as {@code adapter}
     * @param prefix what the paths of its linears begin with
     * @param whole what the names of its tensors begin with
     * @param block null where it is trained whole
     * @param usual what an adapter sits on when the block is silent
     */
    private record Component(
            String name,
            String prefix,
            List<String> whole,
            @Nullable AdapterBlock block,
            List<String> usual,
            double rate) {
        /** The block of its adapter; null where every weight is trained. */
        @Nullable
        AdapterBlock adapter() {
            return block == null || block.isFull() ? null : block;
        }
    }

    /**
     * A component that is trained as a block says.
     *
     * @param name in learning rates and in error messages, such as {@code adapter}
     * @param usual what an adapter sits on when the block is silent
     * @param prefix what the paths of its linears begin with
     * @param whole what the names of its tensors begin with, where that is more than the prefix
     */
    public TrainedComponents add(
            String name, AdapterBlock block, List<String> usual, double rate, String prefix, String... whole) {
        List<String> all = whole.length == 0 ? List.of(prefix) : List.of(whole);
        components.add(new Component(name, prefix, all, block, usual, rate));
        return this;
    }

    /** A component of which every weight is trained. */
    public TrainedComponents add(String name, double rate, String prefix) {
        components.add(new Component(name, prefix, List.of(prefix), null, List.of(), rate));
        return this;
    }

    /** Everything to be trained, for a model to be built with; a new one at every call. */
    public AdapterPlan plan() {
        AdapterPlan plan = new AdapterPlan();
        for (Component one : components) {
            AdapterBlock block = one.adapter();
            if (block == null) {
                plan.train(one.name(), one.whole().toArray(String[]::new));
            } else {
                plan.adapt(one.name(), one.prefix(), block.targetsOr(one.usual()), block.spec());
            }
        }
        return plan;
    }

    /** Learning rate of each component. */
    public Map<String, Double> rates() {
        Map<String, Double> rates = new LinkedHashMap<>();
        components.forEach(one -> rates.put(one.name(), one.rate()));
        return rates;
    }

    /** The adapters that they start from. */
    public InitFrom starts() {
        InitFrom starts = new InitFrom();
        for (Component one : components) {
            AdapterBlock block = one.adapter();
            if (block != null) {
                starts.add(one.name(), block);
            }
        }
        return starts;
    }

    /** Everything that a target list names, for the config of an adapter. */
    public List<String> targets() {
        List<String> targets = new ArrayList<>();
        for (Component one : components) {
            AdapterBlock block = one.adapter();
            if (block != null) {
                targets.addAll(block.targetsOr(one.usual()).include());
            }
        }
        return targets.stream().distinct().toList();
    }

    /** What the names of tensors begin with that are trained whole. */
    public List<String> wholes() {
        return components.stream()
                .filter(one -> one.adapter() == null)
                .flatMap(one -> one.whole().stream())
                .toList();
    }
}
