//! Files and pictures that take more than their share, or tell more than their sender wants.
mod large_pictures;
mod locations;
mod quota;
mod sent_many_times;
