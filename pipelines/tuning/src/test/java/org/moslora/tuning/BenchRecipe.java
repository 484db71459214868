package org.moslora.tuning;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.llama.BackboneFolder;
import org.moslora.multimodal.VisionFamilies;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.RecipeSpellings;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainedComponents;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.recipe.ValidationBlock;
import org.moslora.training.report.ReportKind;

/** The recipe of a pipeline that only these tests have: a model of either kind, with or without pairs of answers. */
public record BenchRecipe(
        @Meaning("bench") String pipeline,

        @Meaning("a folder") @MustExist(MustExist.Thing.MODEL_FOLDER)
        Path model,

        @Meaning("the run folder") Path output,
        @Default("cpu") @Meaning("cpu") String device,
        @Default("{}") AdapterBlock adapter,
        @Default("{}") TrainingBlock training,
        TuningDataBlock data,
        @Default("{}") ValidationBlock validation,
        @Meaning("pairs") @Nullable PreferenceBlock preference,
        @Default("[]") @Meaning("boards") List<ReportKind> report)
        implements TuningRecipe {
    static final RunRecipe<BenchRecipe> READER =
            new RunRecipe<>(BenchRecipe.class, TuningDataBlock.spellings(RecipeSpellings.all()), BenchRecipe::output);

    private static final List<String> TARGETS = List.of("q_proj", "v_proj", "up_proj");

    public BenchRecipe {
        report = List.copyOf(report);
    }

    @Override
    public BackboneFolder open() {
        return ModelFolders.open(model);
    }

    @Override
    public TrainedComponents trained() {
        String type = ConfigSection.ofFolder(model, new Problems()).text("model_type", VisionFamilies.USUAL);
        String prefix = VisionFamilies.of(type).isPresent()
                ? VisionFamilies.config(model).names().prefix()
                : "model.";
        return new TrainedComponents().add("adapter", adapter, TARGETS, training.learningRate(), prefix);
    }
}
