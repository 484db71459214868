package org.moslora.tuning;

import ai.djl.Device;
import org.jspecify.annotations.Nullable;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/**
 * What a training reads, opened and checked, nothing loaded.
 *
 * @param folder the model's
 * @param processor how conversations are spelt for it
 * @param data the conversations
 */
record TuningSources(BackboneFolder folder, Processor processor, TuningData data) {
    /**
     * Opens everything.
     *
     * @throws InvalidInput with all that is wrong with model and data together
     */
    static TuningSources open(TuningRecipe recipe, Messages messages) {
        Problems problems = new Problems();
        BackboneFolder folder = problems.collect(recipe::open);
        Processor processor = folder == null
                ? null
                : problems.collect(() -> Processor.of(folder, recipe.data().spelling(), messages));
        TuningData data =
                processor == null ? null : problems.collect(() -> TuningData.read(recipe, processor, messages));
        if (folder == null || processor == null || data == null) {
            close(processor, folder);
            throw problems.thrown();
        }
        return new TuningSources(folder, processor, data);
    }

    /** Says what a training will need of a device's memory. */
    void tellMemory(TuningRecipe recipe, Device device, Messages messages) {
        MemoryEstimate.of(recipe, folder, data.longest(), data.mostPictures(), data.largestPicture())
                .tell(device, messages);
    }

    static void close(@Nullable Processor processor, @Nullable BackboneFolder folder) {
        if (processor != null) {
            processor.close();
        }
        if (folder != null) {
            folder.close();
        }
    }
}
