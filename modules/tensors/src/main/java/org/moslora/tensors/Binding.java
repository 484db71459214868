package org.moslora.tensors;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;
import org.moslora.problems.Problems;
import org.moslora.tensors.keys.KeyMap;

/** Puts the tensors of a source under the names that a model knows them by, all of them or none. */
public final class Binding {
    private final WeightSource source;
    private final Expectation expected;
    private final SortedMap<String, String> fileKeys = new TreeMap<>();
    private final Problems problems = new Problems();

    private Binding(WeightSource source, Expectation expected) {
        this.source = source;
        this.expected = expected;
    }

    /**
     * The source under canonical names: every expected tensor, of the expected shape and of a type that can be
     * computed with, and nothing else. Closing it closes {@code source}.
     *
     * @throws InvalidInput with all missing, unexpected, repeated and misshapen tensors together; of each kind the
     *     first 20 and how many more
     */
    public static WeightSource bind(WeightSource source, KeyMap keys, Expectation expected) {
        Binding binding = new Binding(source, expected);
        binding.assign(keys);
        if (binding.fileKeys.keySet().stream().noneMatch(expected::knows)) {
            throw binding.nothingBinds(keys);
        }
        binding.reportMissing();
        binding.reportUnexpected();
        binding.reportMisshapen();
        binding.problems.throwIfAny();
        return new RenamedWeights(source, binding.fileKeys);
    }

    private void assign(KeyMap keys) {
        List<String> twice = new ArrayList<>();
        for (String fileKey : source.names()) {
            if (!keys.ignores(fileKey)) {
                String other = fileKeys.putIfAbsent(keys.canonical(fileKey), fileKey);
                if (other != null) {
                    twice.add("tensors " + NameExcerpt.name(other) + " and " + NameExcerpt.name(fileKey) + " are both "
                            + NameExcerpt.name(keys.canonical(fileKey)));
                }
            }
        }
        add(twice);
    }

    private InvalidInput nothingBinds(KeyMap keys) {
        String family = keys.looksLike(source.names());
        return new InvalidInput(
                source.origin().toString(),
                "none of its " + source.names().size() + " tensors ("
                        + NameExcerpt.names(source.names().stream().limit(3).toList())
                        + ", …) is one that this model has" + (family.isEmpty() ? "" : "; it looks like " + family));
    }

    private void reportMissing() {
        List<String> missing = new ArrayList<>();
        for (String name : new TreeSet<>(expected.shapes().keySet())) {
            if (!fileKeys.containsKey(name) && !expected.optional().contains(name)) {
                missing.add("tensor " + name + " " + expected.shapes().get(name) + " is missing"
                        + (missing.isEmpty() ? MisfitCause.ofMissing(name, fileKeys.keySet(), expected.saidBy()) : ""));
            }
        }
        add(missing);
    }

    private void reportUnexpected() {
        List<String> unexpected = new ArrayList<>();
        fileKeys.forEach((name, fileKey) -> {
            if (!expected.knows(name)) {
                String cause = unexpected.isEmpty()
                        ? MisfitCause.ofUnexpected(name, expected)
                                .or(() -> NearestName.to(name, expected.shapes().keySet())
                                        .map(near -> "; the nearest that it has is " + near))
                                .orElse("")
                        : "";
                unexpected.add("tensor " + spelled(fileKey) + " is none that this model has" + cause);
            }
        });
        add(unexpected);
    }

    private void reportMisshapen() {
        List<String> misshapen = new ArrayList<>();
        for (Map.Entry<String, String> bound : fileKeys.entrySet()) {
            TensorInfo actual = source.info(bound.getValue());
            List<Long> shape = expected.shapes().get(bound.getKey());
            if (shape != null && !shape.equals(actual.shape())) {
                misshapen.add("tensor " + spelled(bound.getValue()) + " has shape " + actual.shape() + ", expected "
                        + shape + MisfitCause.ofShape(bound.getKey(), actual, shape, expected.saidBy()));
            }
        }
        add(misshapen);
    }

    private String spelled(String fileKey) {
        return NameExcerpt.name(source.spelled(fileKey));
    }

    private void add(List<String> whats) {
        NameExcerpt.addAll(problems, source.origin().toString(), whats);
    }
}
