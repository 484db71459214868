package org.moslora.generation.batch;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.moslora.diffusion.schedule.PictureSchedule;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;
import org.moslora.pictures.PromptFile;

/** Where prompts come from. */
public sealed interface PromptSource {
    /**
     * The requests; can be asked again.
     *
     * @param common what was said on the command line, for sources that put it before their own
     * @param schedule the model's, by which pictures name their samplers
     */
    Prompts open(Options common, PictureSchedule schedule);

    /** Requests one after the other. */
    interface Prompts extends Iterator<PictureRequest>, AutoCloseable {
        @Override
        default void close() {}
    }

    /** One prompt. */
    record Text(String prompt) implements PromptSource {
        @Override
        public Prompts open(Options common, PictureSchedule schedule) {
            return new One(List.of(new PictureRequest(prompt, Options.NONE)).iterator());
        }
    }

    /** Requests that a program made. */
    record Requests(List<PictureRequest> all) implements PromptSource {
        public Requests {
            all = List.copyOf(all);
        }

        @Override
        public Prompts open(Options common, PictureSchedule schedule) {
            return new One(all.iterator());
        }
    }

    /** A picture to be made again; what is said on the command line counts before what the picture says. */
    record FromPicture(Path file) implements PromptSource {
        @Override
        public Prompts open(Options common, PictureSchedule schedule) {
            PictureRequest made = GenerationParameters.read(file);
            Options options = common.over(samplerOf(schedule, made.options()));
            return new One(List.of(new PictureRequest(made.prompt(), options)).iterator());
        }

        /** Programs write Euler for either of two schedulers; which one it is the model decides. */
        private static Options samplerOf(PictureSchedule schedule, Options made) {
            boolean euler = made.get(Option.SCHEDULER, "").equals(SchedulerName.EULER.spelling());
            boolean flows = schedule.own() == SchedulerName.FLOW_EULER;
            return euler && flows ? made.with(Option.SCHEDULER, schedule.own().spelling()) : made;
        }
    }

    /** A file of prompts; what a line says counts before what is said on the command line. */
    record Lines(Path file) implements PromptSource {
        @Override
        public Prompts open(Options common, PictureSchedule schedule) {
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
