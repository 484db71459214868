package org.moslora.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.pictures.judge.Embedding;

/**
 * Sees in a made picture what its file says in words, and in a subject's pictures "the creature"; each text lies in a
 * direction of its own.
 */
final class FakeEmbedding implements Embedding {
    static final String CREATURE = "the creature";
    private static final int KNOWN = 64;

    private final List<String> known = new ArrayList<>();

    @Override
    public List<float[]> pictures(List<Path> files) {
        return texts(files.stream().map(FakeEmbedding::seen).toList());
    }

    private static String seen(Path file) {
        try {
            return file.getParent().endsWith("subject") ? CREATURE : Files.readString(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public List<float[]> texts(List<String> texts) {
        return texts.stream().map(this::vector).toList();
    }

    private float[] vector(String text) {
        if (!known.contains(text)) {
            known.add(text);
        }
        float[] vector = new float[KNOWN];
        vector[known.indexOf(text)] = 1;
        return vector;
    }
}
