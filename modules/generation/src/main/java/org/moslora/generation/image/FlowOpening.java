package org.moslora.generation.image;

import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.moslora.diffusion.folder.TransformerFiles;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.problems.Problems;

/** Opens what stands beside the weights in a folder, told together where it is wrong. */
final class FlowOpening {
    private FlowOpening() {}

    static ImageModel open(
            TransformerFiles files,
            Supplier<FlowSchedule> schedules,
            Supplier<ChatTokens> tokenizers,
            BiFunction<FlowSchedule, ChatTokens, FlowPictures> made) {
        Problems problems = new Problems();
        FlowSchedule schedule = problems.collect(schedules);
        ChatTokens tokens = problems.collect(tokenizers);
        if (schedule == null || tokens == null) {
            if (tokens != null) {
                tokens.close();
            }
            files.close();
            throw problems.thrown();
        }
        return made.apply(schedule, tokens);
    }
}
