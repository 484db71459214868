package org.moslora.dreambooth;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Key;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.console.recipe.RecipeBuilder;
import org.moslora.console.recipe.Spellings;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.examples.Order;
import org.moslora.examples.subject.Crop;
import org.moslora.examples.subject.Framing;
import org.moslora.generation.image.FamilyTraits;
import org.moslora.generation.image.ImageModel;
import org.moslora.problems.Problems;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.InitFrom;
import org.moslora.training.recipe.RecipeSpellings;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainedComponents;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.recipe.TrainingRecipe;
import org.moslora.training.recipe.ValidationBlock;
import org.moslora.training.report.ReportKind;

/** A recipe of this pipeline. */
public record DreamBoothRecipe(
        @Meaning("dreambooth") String pipeline,

        @Meaning("an image generator's folder in diffusers' layout") @MustExist(MustExist.Thing.MODEL)
        Path model,

        @Meaning("the run folder") Path output,
        @Default("cpu") @Meaning("cpu, cuda or cuda:N") String device,
        @Default("{}") AdapterBlock adapter,
        @Nullable TextEncoderBlock textEncoder,
        @Meaning("a subject, or a list of them") List<InstanceBlock> instance,
        @Key("class") @Nullable ClassBlock prior,
        @Default("{}") CaptionsBlock captions,

        @Default("512") @Meaning("the short side of the pictures")
        int resolution,

        @Default("center") @Meaning("which part of longer pictures: center, random")
        Crop crop,

        @Default("false") @Meaning("mirror every second picture, by chance")
        boolean flip,

        @Nullable BucketsBlock buckets,
        @Default("{}") LossBlock loss,
        @Nullable TextBlock text,

        @Meaning("what a model is told of guidance while it learns, of those that are told any; 3.5 if absent")
        @Nullable
        Double guidance,

        @Default("{}") EmaBlock ema,
        @Default("{}") DreamBoothDataBlock data,
        @Default("{}") TrainingBlock training,
        @Default("{}") ValidationBlock validation,

        @Default("[]") @Meaning("boards that show its curves: tensorboard, mlflow")
        List<ReportKind> report)
        implements TrainingRecipe {
    /** What an adapter of a text encoder sits on when the recipe is silent, as in diffusers. */
    static final List<String> TEXT_TARGETS = List.of("q_proj", "k_proj", "v_proj", "out_proj");

    private static final Spellings SPELLINGS =
            RecipeSpellings.all().with(Order.class, name -> Order.named("order", name), Order::spelling);

    /** How recipes of this pipeline are read. */
    static final RunRecipe<DreamBoothRecipe> READER =
            new RunRecipe<>(DreamBoothRecipe.class, SPELLINGS, DreamBoothRecipe::output);

    public DreamBoothRecipe {
        instance = List.copyOf(instance);
        report = List.copyOf(report);
        Problems problems = new Problems();
        if (instance.isEmpty()) {
            problems.add("instance", "must name at least one subject");
        }
        if (resolution < 8 || resolution % 8 != 0) {
            problems.add("resolution", "must be a positive multiple of 8, got %d", resolution);
        } else if (buckets != null) {
            buckets.buckets().check("buckets", resolution, problems);
        }
        adapter.checkAlike(textEncoder == null ? null : textEncoder.adapter(), "text_encoder.adapter", problems);
        adapter.checkHeld(training, problems);
        adapter.checkMoved(training.optimizer(), problems);
        if (validation.patience() > 0 && validation.fraction() == 0) {
            problems.add("validation.patience", "needs pictures that are held back; give validation.fraction too");
        }
        problems.throwIfAny();
    }

    /** Makes a recipe in Java. */
    public static RecipeBuilder<DreamBoothRecipe> builder() {
        return READER.builder("dreambooth");
    }

    /** How pictures become pixels. */
    Framing framing() {
        return new Framing(resolution, crop, flip, buckets == null ? null : buckets.buckets());
    }

    /** Tokens of a prompt that count; 0 where the model does not let choose. */
    int textLength(ImageModel model) {
        Integer said = text == null ? null : text.maxLength();
        return said == null ? model.traits().family().learning().textLength() : said;
    }

    /** What the model is told of guidance while it learns. */
    double told(ImageModel model) {
        return guidance == null ? model.traits().family().guidance() : guidance;
    }

    /** Names what is asked of the model that its family has not. */
    void checkFamily(ImageModel model, Problems problems) {
        boolean flows = model.traits().schedule() instanceof FlowSchedule;
        loss.checkFamily(flows, problems);
        int most = model.traits().family().text().most();
        int length = textLength(model);
        if (length > most) {
            problems.add(
                    "text.max_length",
                    most == 0 ? "this model's text encoder has one length" : "must be at most %d, got %d",
                    most,
                    length);
        }
        if (guidance != null
                && model.traits().family().rule().embedding() != FamilyTraits.GuidanceRule.Embedding.TOLD) {
            problems.add("guidance", "is told to models that have an embedding of it, and this one has none");
        }
        if (flows && textEncoder != null) {
            problems.add(
                    "text_encoder",
                    "of %s is not trained, only its transformer",
                    model.files().description());
        }
    }

    /** The adapters that a run starts from. */
    InitFrom starts() {
        return trained(List.of(), Component.UNET).starts();
    }

    /** Everything to be trained of a model. */
    TrainedComponents trained(ImageModel model) {
        return trained(model.targets(), model.files().denoiser());
    }

    private TrainedComponents trained(List<String> usual, Component denoiser) {
        double common = training.learningRate();
        TrainedComponents trained = new TrainedComponents().add("adapter", adapter, usual, common, denoiser.prefix());
        if (textEncoder != null) {
            Double own = textEncoder.learningRate();
            // Without a dot, so that it is the beginning of both encoders' names.
            String prefix = Component.TEXT_ENCODER.folder();
            trained.add(
                    "text_encoder.adapter", textEncoder.adapter(), TEXT_TARGETS, own == null ? common : own, prefix);
        }
        return trained;
    }
}
