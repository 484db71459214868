package org.moslora.generation.image;

/** What reads a model's texts, loaded, with its tokenizers. Owns the encoders; the tokenizers stay their owner's. */
public interface LoadedTexts extends PromptEncoder, AutoCloseable {
    @Override
    void close();
}
