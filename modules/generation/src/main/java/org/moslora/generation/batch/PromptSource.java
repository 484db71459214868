package org.moslora.generation.batch;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;
import org.moslora.pictures.PromptFile;

/** Where prompts come from. */
public sealed interface PromptSource {
    /**
     * The requests; can be asked again.
     *
     * @param common what was said on the command line, for sources that put it before their own
     */
    Prompts open(Options common);

    /** Requests one after the other. */
    interface Prompts extends Iterator<PictureRequest>, AutoCloseable {
        @Override
        default void close() {}
    }

    /** One prompt. */
    record Text(String prompt) implements PromptSource {
        @Override
        public Prompts open(Options common) {
            return new One(List.of(new PictureRequest(prompt, Options.NONE)).iterator());
        }
    }

    /** Requests that a program made. */
    record Requests(List<PictureRequest> all) implements PromptSource {
        public Requests {
            all = List.copyOf(all);
        }

        @Override
        public Prompts open(Options common) {
            return new One(all.iterator());
        }
    }

    /** A picture to be made again; what is said on the command line counts before what the picture says. */
    record FromPicture(Path file) implements PromptSource {
        @Override
        public Prompts open(Options common) {
            PictureRequest made = GenerationParameters.read(file);
            return new One(List.of(new PictureRequest(made.prompt(), common.over(made.options())))
                    .iterator());
        }
    }

    /** A file of prompts; what a line says counts before what is said on the command line. */
    record Lines(Path file) implements PromptSource {
        @Override
        public Prompts open(Options common) {
            PromptFile.check(file);
            return new Reading(PromptFile.open(file));
        }
    }

    /** A single request. */
    record One(Iterator<PictureRequest> all) implements Prompts {
        @Override
        public boolean hasNext() {
            return all.hasNext();
        }

        @Override
        public PictureRequest next() {
            return all.next();
        }
    }

    /** A file that is being read. */
    record Reading(PromptFile file) implements Prompts {
        @Override
        public boolean hasNext() {
            return file.hasNext();
        }

        @Override
        public PictureRequest next() {
            return file.next();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
